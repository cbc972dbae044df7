/*
  Warnings:

  - A unique constraint covering the columns `[* / DROP]` on the table `say "hi"; --` will be added. If there are existing duplicate values, this will fail.

*/
-- CreateEnum
CREATE TYPE "E ""e""" AS ENUM ('it''s */');

-- AlterTable
ALTER TABLE "say ""hi""; --" ADD COLUMN     "*/ DROP" TEXT,
ADD COLUMN     "a""b" "E ""e""" NOT NULL DEFAULT 'it''s */';

-- CreateIndex
CREATE UNIQUE INDEX "k""k" ON "say ""hi""; --"("*/ DROP");
