/*
  Warnings:

  - The primary key for the `Loses` table will be changed. If it partially fails, the table could be left without primary key constraint.
  - The primary key for the `Moved` table will be changed. If it partially fails, the table could be left without primary key constraint.
  - The primary key for the `Widened` table will be changed. If it partially fails, the table could be left without primary key constraint.
  - The primary key for the `Both` table will be changed. If it partially fails, the table could be left without primary key constraint.

*/
-- AlterTable
ALTER TABLE "Renamed" RENAME CONSTRAINT "Renamed_pkey" TO "renamed key";

-- AlterTable
ALTER TABLE "Both" RENAME CONSTRAINT "Both_pkey" TO "both";

-- AlterTable
ALTER TABLE "Gains" ADD CONSTRAINT "Gains_pkey" PRIMARY KEY ("id");

-- DropIndex
DROP INDEX "Gains_id_key";

-- AlterTable
ALTER TABLE "Loses" DROP CONSTRAINT "Loses_pkey";

-- AlterPrimaryKey
ALTER TABLE "Moved" ALTER PRIMARY KEY USING COLUMNS ("other");

-- AlterPrimaryKey
ALTER TABLE "Widened" ALTER PRIMARY KEY USING COLUMNS ("a", "b");

-- AlterPrimaryKey
ALTER TABLE "Both" ALTER PRIMARY KEY USING COLUMNS ("b", "a");
