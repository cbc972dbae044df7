/*
  Warnings:

  - A unique constraint covering the columns `[who,at]` on the table `Log` will be added. If there are existing duplicate values, this will fail.
  - Changed the type of `line` on the `Log` table. No cast exists, the column would be dropped and recreated, which cannot be done if there is data, since the column is required.

*/
-- DropIndex
DROP INDEX "by_whom";

-- DropIndex
DROP INDEX "Log_at_who_key";

-- AlterTable
ALTER TABLE "Log" DROP COLUMN "line",
ADD COLUMN     "line" INTEGER NOT NULL;

-- CreateIndex
CREATE INDEX "Log_line_idx" ON "Log"("line");

-- CreateIndex
CREATE INDEX "by_whom" ON "Log"("who" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "Log_who_at_key" ON "Log"("who", "at");

-- RenameIndex
ALTER INDEX "by_time" RENAME TO "in_time";
