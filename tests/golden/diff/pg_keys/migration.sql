/*
  Warnings:

  - The primary key of the table `Team` changes: that fails where the new one isn't unique.
  - The primary key of the table `Door` changes: that fails where the new one isn't unique.
  - The required column `wing` without a default is added to the table `Door`: that fails if the table has rows.
  - The columns `id` of the table `Door` become unique: that fails if there are duplicates.

*/
-- DropForeignKey
ALTER TABLE "Seat" DROP CONSTRAINT "Seat_teamId_fkey";

-- AlterTable
ALTER TABLE "Team" DROP CONSTRAINT "Team_pkey",
ALTER COLUMN "id" SET DATA TYPE BIGINT,
ADD CONSTRAINT "Team_pkey" PRIMARY KEY ("id");

-- AlterTable
ALTER TABLE "Seat" ALTER COLUMN "teamId" SET DATA TYPE BIGINT;
ALTER TABLE "Seat" RENAME CONSTRAINT "Seat_pkey" TO "seat_key";

-- AlterTable
ALTER TABLE "Badge" ADD CONSTRAINT "Badge_pkey" PRIMARY KEY ("serial");

-- DropIndex
DROP INDEX "Badge_serial_key";

-- AlterTable
ALTER TABLE "Door" DROP CONSTRAINT "Door_pkey",
ADD COLUMN     "wing" INTEGER NOT NULL,
ADD CONSTRAINT "Door_pkey" PRIMARY KEY ("wing");

-- CreateIndex
CREATE UNIQUE INDEX "Door_id_key" ON "Door"("id");

-- AddForeignKey
ALTER TABLE "Seat" ADD CONSTRAINT "Seat_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;
