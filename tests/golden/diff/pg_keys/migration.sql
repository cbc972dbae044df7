/*
  Warnings:

  - The primary key for the `Team` table will be changed. If it partially fails, the table could be left without primary key constraint.
  - The primary key for the `Door` table will be changed. If it partially fails, the table could be left without primary key constraint.
  - A unique constraint covering the columns `[id]` on the table `Door` will be added. If there are existing duplicate values, this will fail.
  - Added the required column `wing` to the `Door` table without a default value. This is not possible if the table is not empty.

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
