/*
  Warnings:

  - The enum `State` loses the values `LOST`: that fails if a row still holds one.
  - The column `old` of the table `Letter` is dropped, with all its values.
  - The table `Gone` is dropped, with all rows that it holds.

*/
-- CreateEnum
CREATE TYPE "New" AS ENUM ('B');

-- AlterEnum
ALTER TABLE "Gone" ALTER COLUMN "state" DROP DEFAULT;
ALTER TABLE "Letter" ALTER COLUMN "state" DROP DEFAULT;
ALTER TYPE "State" ADD VALUE 'READ';
ALTER TYPE "State" ADD VALUE 'FILED';
ALTER TYPE "State"DROP VALUE 'LOST';

-- AlterTable
ALTER TABLE "Letter" DROP COLUMN "old";
ALTER TABLE "Letter" ADD COLUMN     "fresh" "New";
ALTER TABLE "Letter" ALTER COLUMN "state" SET DEFAULT 'READ';
ALTER TABLE "Letter" ALTER COLUMN "states" SET DEFAULT ARRAY['FILED']::"State"[];

-- DropTable
DROP TABLE "Gone";

-- DropEnum
DROP TYPE "Old";
