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
