-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_Product" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "color" TEXT NOT NULL DEFAULT 'grün',
    "price" DECIMAL NOT NULL DEFAULT 9.50,
    "details" JSONB,
    "size" INTEGER NOT NULL DEFAULT 3,
    "seen" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "shelfId" TEXT NOT NULL DEFAULT 'none'
);
INSERT INTO "new_Product" ("color", "details", "id", "name", "price", "seen", "shelfId") SELECT "color", "details", "id", "name", "price", "seen", coalesce("shelfId", 'none') AS "shelfId" FROM "Product";
DROP TABLE "Product";
ALTER TABLE "new_Product" RENAME TO "Product";
CREATE UNIQUE INDEX "Product_name_key" ON "Product"("name");
CREATE INDEX "latest" ON "Product"("seen" DESC, "name");
CREATE TABLE "new_Tag" (
    "name" TEXT,
    "label" TEXT NOT NULL DEFAULT 'x',
    "place" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT
);
INSERT INTO "new_Tag" ("name", "place") SELECT "name", "place" FROM "Tag";
DROP TABLE "Tag";
ALTER TABLE "new_Tag" RENAME TO "Tag";
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
