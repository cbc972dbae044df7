/*
  Warnings:

  - You are about to drop the column `gone` on the `Guest` table. All the data in the column will be lost.
  - You are about to drop the column `zeal` on the `Guest` table. All the data in the column will be lost.
  - You are about to alter the column `room` on the `Guest` table. The data in that column could be lost. The data in that column will be cast from `VarChar(10)` to `VarChar(5)`.
  - Added the required column `bill` to the `Guest` table without a default value. This is not possible if the table is not empty.
  - Made the column `age` on table `Guest` required. This step will fail if there are existing NULL values in that column.
  - Changed the type of `floor` on the `Guest` table. No cast exists, the column would be dropped and recreated, which cannot be done if there is data, since the column is required.

*/
-- AlterTable
ALTER TABLE "Guest" DROP COLUMN "gone",
DROP COLUMN "zeal",
ADD COLUMN     "bill" DECIMAL(65,30) NOT NULL,
ADD COLUMN     "zest" BOOLEAN NOT NULL DEFAULT false,
ALTER COLUMN "age" SET NOT NULL,
ALTER COLUMN "room" DROP NOT NULL,
ALTER COLUMN "room" SET DATA TYPE VARCHAR(5),
DROP COLUMN "floor",
ADD COLUMN     "floor" INTEGER NOT NULL,
ALTER COLUMN "nights" SET DEFAULT 2,
ALTER COLUMN "nights" SET DATA TYPE BIGINT,
ALTER COLUMN "codes" SET DEFAULT ARRAY[7]::BIGINT[],
ALTER COLUMN "codes" SET DATA TYPE BIGINT[],
ALTER COLUMN "arrival" SET DEFAULT 'today';
