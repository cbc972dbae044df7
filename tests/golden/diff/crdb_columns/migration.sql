/*
  Warnings:

  - You are about to drop the column `gone` on the `Thing` table. All the data in the column will be lost.
  - You are about to alter the column `wide` on the `Thing` table. The data in that column could be lost. The data in that column will be cast from `Int8` to `Int4`.
  - The `scalar` column on the `Thing` table would be dropped and recreated. This will lead to data loss if there is data in the column.
  - The `moment` column on the `Thing` table would be dropped and recreated. This will lead to data loss if there is data in the column.
  - Changed the type of `becomes` on the `Thing` table. No cast exists, the column would be dropped and recreated, which cannot be done if there is data, since the column is required.
  - Made the column `required` on table `Thing` required. This step will fail if there are existing NULL values in that column.
  - Changed the type of `indexed` on the `Thing` table. No cast exists, the column would be dropped and recreated, which cannot be done if there is data, since the column is required.
  - Made the column `listed` on table `Thing` required. This step will fail if there are existing NULL values in that column.
  - Changed the type of `length` on the `Thing` table. No cast exists, the column would be dropped and recreated, which cannot be done if there is data, since the column is required.

*/
-- AlterTable
ALTER TABLE "Thing" DROP COLUMN "gone";
ALTER TABLE "Thing" ADD COLUMN     "array" INT4[] DEFAULT ARRAY[1, 2]::INT4[];
ALTER TABLE "Thing" ADD COLUMN     "fresh" DECIMAL(65,30) NOT NULL DEFAULT 1.5;
ALTER TABLE "Thing" ALTER COLUMN "id" DROP DEFAULT;
ALTER TABLE "Thing" DROP COLUMN "becomes";
ALTER TABLE "Thing" ADD COLUMN     "becomes" INT4 NOT NULL;
ALTER TABLE "Thing" ALTER COLUMN "required" SET NOT NULL;
ALTER TABLE "Thing" ALTER COLUMN "optional" DROP NOT NULL;
ALTER TABLE "Thing" ALTER COLUMN "wide" SET DATA TYPE INT4;
ALTER TABLE "Thing" ALTER COLUMN "text" SET DATA TYPE STRING;
ALTER TABLE "Thing" DROP COLUMN "indexed";
ALTER TABLE "Thing" ADD COLUMN     "indexed" STRING NOT NULL;
ALTER TABLE "Thing" ALTER COLUMN "listed" SET NOT NULL;
ALTER TABLE "Thing" ALTER COLUMN "listed" SET DATA TYPE STRING;
ALTER TABLE "Thing" DROP COLUMN "scalar";
ALTER TABLE "Thing" ADD COLUMN     "scalar" STRING[];
ALTER TABLE "Thing" DROP COLUMN "length";
ALTER TABLE "Thing" ADD COLUMN     "length" STRING(20) NOT NULL;
ALTER TABLE "Thing" ALTER COLUMN "fallback" SET DEFAULT 2;
ALTER TABLE "Thing" DROP COLUMN "moment";
ALTER TABLE "Thing" ADD COLUMN     "moment" TIMESTAMPTZ(6);
ALTER TABLE "Thing" ALTER COLUMN "none" DROP DEFAULT;
ALTER TABLE "Thing" ALTER COLUMN "rowid" SET DEFAULT unique_rowid();

-- CreateIndex
CREATE INDEX "Thing_indexed_idx" ON "Thing"("indexed");
