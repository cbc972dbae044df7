/*
  Warnings:

  - The columns `* / DROP` of the table `say "hi"; --` become unique: that fails if there are duplicates.

*/
-- CreateEnum
CREATE TYPE "E ""e""" AS ENUM ('it''s */');

-- AlterTable
ALTER TABLE "say ""hi""; --" ADD COLUMN     "*/ DROP" TEXT,
ADD COLUMN     "a""b" "E ""e""" NOT NULL DEFAULT 'it''s */';

-- CreateIndex
CREATE UNIQUE INDEX "k""k" ON "say ""hi""; --"("*/ DROP");
