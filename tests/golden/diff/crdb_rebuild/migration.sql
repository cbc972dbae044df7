/*
  Warnings:

  - The primary key for the `Account` table will be changed. If it partially fails, the table could be left without primary key constraint.
  - You are about to drop the column `dropped` on the `Account` table. All the data in the column will be lost.
  - You are about to alter the column `id` on the `Account` table. The data in that column could be lost. The data in that column will be cast from `Int8` to `String`.
  - You are about to alter the column `parentId` on the `Account` table. The data in that column could be lost. The data in that column will be cast from `Int8` to `String`.
  - Changed the type of `accountId` on the `Order` table. No cast exists, the column would be dropped and recreated, which cannot be done if there is data, since the column is required.

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
