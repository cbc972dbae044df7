-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "billing";

-- CreateEnum
CREATE TYPE "billing"."Level" AS ENUM ('X');

-- AlterEnum
ALTER TYPE "Level" ADD VALUE 'TWO';

-- CreateTable
CREATE TABLE "billing"."Bill" (
    "id" INT8 NOT NULL DEFAULT unique_rowid(),
    "userId" INT8 NOT NULL,
    "level" "billing"."Level" NOT NULL DEFAULT 'X',

    CONSTRAINT "Bill_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Bill_userId_idx" ON "billing"."Bill"("userId");

-- AddForeignKey
ALTER TABLE "billing"."Bill" ADD CONSTRAINT "Bill_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
