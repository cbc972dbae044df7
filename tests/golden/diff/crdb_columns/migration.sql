/*
  Warnings:

  - The column `gone` of the table `Thing` is dropped, with all its values.
  - The column `becomes` of the table `Thing` is dropped and added anew with another type. It is required and has no default: that fails if the table has rows.
  - The column `required` of the table `Thing` becomes required: that fails if a row holds NULL in it.
  - The column `wide` of the table `Thing` changes its type, and some of its values may not fit the new one.
  - The column `indexed` of the table `Thing` is dropped and added anew with another type. It is required and has no default: that fails if the table has rows.
  - The column `listed` of the table `Thing` becomes required: that fails if a row holds NULL in it.
  - The column `scalar` of the table `Thing` is dropped and added anew with another type, and loses all its values.
  - The column `length` of the table `Thing` is dropped and added anew with another type. It is required and has no default: that fails if the table has rows.
  - The column `moment` of the table `Thing` is dropped and added anew with another type, and loses all its values.

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
