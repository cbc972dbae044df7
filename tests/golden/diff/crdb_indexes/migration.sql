/*
  Warnings:

  - A unique constraint covering the columns `[body]` on the table `Doc` will be added. If there are existing duplicate values, this will fail.

*/
-- DropIndex
DROP INDEX "Doc_title_key";

-- DropIndex
DROP INDEX "Doc_body_idx";

-- DropIndex
DROP INDEX "Doc_tags_idx";

-- CreateIndex
CREATE UNIQUE INDEX "Doc_body_key" ON "Doc"("body");

-- CreateIndex
CREATE INDEX "Doc_body_idx" ON "Doc"("body" DESC);

-- CreateIndex
CREATE INDEX "Doc_meta_idx" ON "Doc" USING GIN ("meta");

-- RenameIndex
ALTER INDEX "by title" RENAME TO "by title and body";
