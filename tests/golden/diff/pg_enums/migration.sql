/*
  Warnings:

  - The values [z] on the enum `Shrinks` will be removed. If these variants are still used in the database, this will fail.
  - You are about to drop the column `dies` on the `Plant` table. All the data in the column will be lost.
  - You are about to drop the `Weed` table. If the table is not empty, all the data it contains will be lost.
  - Changed the type of `goes` on the `Plant` table. No cast exists, the column would be dropped and recreated, which cannot be done if there is data, since the column is required.

*/
-- CreateEnum
CREATE TYPE "Comes" AS ENUM ('r');

-- AlterEnum
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


ALTER TYPE "Grows" ADD VALUE 'c';
ALTER TYPE "Grows" ADD VALUE 'd';

-- AlterTable
ALTER TABLE "Plant" DROP COLUMN "dies";

-- DropTable
DROP TABLE "Weed";

-- AlterEnum
BEGIN;
CREATE TYPE "Shrinks_new" AS ENUM ('y', 'x', 'w');
ALTER TABLE "Plant" ALTER COLUMN "more" DROP DEFAULT;
ALTER TABLE "Plant" ALTER COLUMN "some" DROP DEFAULT;
ALTER TABLE "Plant" ALTER COLUMN "some" TYPE "Shrinks_new" USING ("some"::text::"Shrinks_new");
ALTER TABLE "Plant" ALTER COLUMN "more" TYPE "Shrinks_new"[] USING ("more"::text::"Shrinks_new"[]);
ALTER TYPE "Shrinks" RENAME TO "Shrinks_old";
ALTER TYPE "Shrinks_new" RENAME TO "Shrinks";
DROP TYPE "Shrinks_old";
ALTER TABLE "Plant" ALTER COLUMN "more" SET DEFAULT ARRAY['x']::"Shrinks"[];
ALTER TABLE "Plant" ALTER COLUMN "some" SET DEFAULT 'y';
COMMIT;

-- AlterTable
ALTER TABLE "Plant" DROP COLUMN "goes",
ADD COLUMN     "goes" "Comes" NOT NULL;

-- DropEnum
DROP TYPE "Goes";
