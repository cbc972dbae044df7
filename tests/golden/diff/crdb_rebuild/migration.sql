/*
  Warnings:

  - The column `accountId` of the table `Order` is dropped and added anew with another type. It is required and has no default: that fails if the table has rows.
  - The primary key of the table `Account` changes: that fails where the new one isn't unique.
  - The column `dropped` of the table `Account` is dropped, with all its values.
  - The column `id` of the table `Account` changes its type, and some of its values may not fit the new one.
  - The column `parentId` of the table `Account` changes its type, and some of its values may not fit the new one.

*/
-- DropForeignKey
ALTER TABLE "Order" DROP CONSTRAINT "Order_accountId_fkey";

-- DropForeignKey
ALTER TABLE "Note" DROP CONSTRAINT "Note_email_fkey";

-- AlterTable
ALTER TABLE "Order" DROP COLUMN "accountId";
ALTER TABLE "Order" ADD COLUMN     "accountId" STRING NOT NULL;

-- RedefineTables
CREATE TABLE "_prisma_new_Account" (
    "id" STRING NOT NULL,
    "email" STRING NOT NULL,
    "parentId" STRING,
    "age" INT4,

    CONSTRAINT "Account_pkey" PRIMARY KEY ("id")
);
DROP INDEX "Account_email_key";
DROP INDEX "Account_age_idx";
INSERT INTO "_prisma_new_Account" ("age","email","id","parentId") SELECT "age","email","id","parentId" FROM "Account";
DROP TABLE "Account" CASCADE;
ALTER TABLE "_prisma_new_Account" RENAME TO "Account";
CREATE UNIQUE INDEX "Account_email_key" ON "Account"("email");
CREATE INDEX "Account_age_idx" ON "Account"("age");
ALTER TABLE "Account" ADD CONSTRAINT "Account_parentId_fkey" FOREIGN KEY ("parentId") REFERENCES "Account"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- CreateIndex
CREATE INDEX "Order_accountId_id_idx" ON "Order"("accountId", "id");

-- AddForeignKey
ALTER TABLE "Order" ADD CONSTRAINT "Order_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES "Account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Note" ADD CONSTRAINT "Note_email_fkey" FOREIGN KEY ("email") REFERENCES "Account"("email") ON DELETE CASCADE ON UPDATE CASCADE;
