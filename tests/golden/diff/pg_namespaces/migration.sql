-- AlterEnum
ALTER TYPE "base"."Kind" ADD VALUE 'b';

-- CreateTable
CREATE TABLE "money"."Bill" (
    "id" INTEGER NOT NULL,
    "planId" INTEGER NOT NULL,

    CONSTRAINT "Bill_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Bill_planId_idx" ON "money"."Bill"("planId");

-- AddForeignKey
ALTER TABLE "money"."Bill" ADD CONSTRAINT "Bill_planId_fkey" FOREIGN KEY ("planId") REFERENCES "base"."Plan"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
