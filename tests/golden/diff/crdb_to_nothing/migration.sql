/*
  Warnings:

  - The table `Owner` is dropped, with all rows that it holds.
  - The table `Pet` is dropped, with all rows that it holds.

*/
-- DropForeignKey
ALTER TABLE "Pet" DROP CONSTRAINT "Pet_ownerId_fkey";

-- DropTable
DROP TABLE "Owner";

-- DropTable
DROP TABLE "Pet";

-- DropEnum
DROP TYPE "Mood";
