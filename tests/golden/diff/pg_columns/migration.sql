/*
  Warnings:

  - The column `gone` of the table `Guest` is dropped, with all its values.
  - The column `zeal` of the table `Guest` is dropped, with all its values.
  - The required column `bill` without a default is added to the table `Guest`: that fails if the table has rows.
  - The column `age` of the table `Guest` becomes required: that fails if a row holds NULL in it.
  - The column `room` of the table `Guest` changes its type, and some of its values may not fit the new one.
  - The column `floor` of the table `Guest` is dropped and added anew with another type. It is required and has no default: that fails if the table has rows.

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
