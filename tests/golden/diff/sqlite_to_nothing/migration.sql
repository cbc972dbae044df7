/*
  Warnings:

  - The table `Product` is dropped, with all rows that it holds.
  - The table `Shelf` is dropped, with all rows that it holds.
  - The table `Tag` is dropped, with all rows that it holds.
  - The table `_ProductToTag` is dropped, with all rows that it holds.

*/
-- DropTable
PRAGMA foreign_keys=off;
DROP TABLE "Product";
PRAGMA foreign_keys=on;

-- DropTable
PRAGMA foreign_keys=off;
DROP TABLE "Shelf";
PRAGMA foreign_keys=on;

-- DropTable
PRAGMA foreign_keys=off;
DROP TABLE "Tag";
PRAGMA foreign_keys=on;

-- DropTable
PRAGMA foreign_keys=off;
DROP TABLE "_ProductToTag";
PRAGMA foreign_keys=on;
