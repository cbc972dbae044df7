-- DropIndex
DROP INDEX "Product_name_key";

-- AlterTable
ALTER TABLE "Product" ADD COLUMN "extra" INTEGER;

-- CreateTable
CREATE TABLE "Extra" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT
);

-- RedefineIndex
DROP INDEX "latest";
CREATE INDEX "newest" ON "Product"("seen" DESC, "name");
