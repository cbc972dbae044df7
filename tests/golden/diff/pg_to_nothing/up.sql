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
