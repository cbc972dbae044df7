/*
  Warnings:

  - The values [LOST] on the enum `State` will be removed. If these variants are still used in the database, this will fail.
  - You are about to drop the column `old` on the `Letter` table. All the data in the column will be lost.
  - You are about to drop the `Gone` table. If the table is not empty, all the data it contains will be lost.

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
