/*
  Warnings:

  - You are about to drop the `Product` table. If the table is not empty, all the data it contains will be lost.
  - You are about to drop the `shelves` table. If the table is not empty, all the data it contains will be lost.
  - You are about to drop the `Tag` table. If the table is not empty, all the data it contains will be lost.
  - You are about to drop the `_ProductToTag` table. If the table is not empty, all the data it contains will be lost.
  - You are about to drop the `_parts` table. If the table is not empty, all the data it contains will be lost.

*/
-- DropForeignKey
ALTER TABLE "Product" DROP CONSTRAINT "Product_shelfId_shelfRow_fkey";

-- DropForeignKey
ALTER TABLE "_ProductToTag" DROP CONSTRAINT "_ProductToTag_A_fkey";

-- DropForeignKey
ALTER TABLE "_ProductToTag" DROP CONSTRAINT "_ProductToTag_B_fkey";

-- DropForeignKey
ALTER TABLE "_parts" DROP CONSTRAINT "_parts_A_fkey";

-- DropForeignKey
ALTER TABLE "_parts" DROP CONSTRAINT "_parts_B_fkey";

-- DropTable
DROP TABLE "Product";

-- DropTable
DROP TABLE "shelves";

-- DropTable
DROP TABLE "Tag";

-- DropTable
DROP TABLE "_ProductToTag";

-- DropTable
DROP TABLE "_parts";

-- DropEnum
DROP TYPE "Color";
