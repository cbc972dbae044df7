-- DropForeignKey
ALTER TABLE "Cat" DROP CONSTRAINT "Cat_o_fkey";

-- DropForeignKey
ALTER TABLE "Fish" DROP CONSTRAINT "Fish_o_fkey";

-- AlterTable
ALTER TABLE "Cat" ALTER COLUMN "o" DROP NOT NULL;

-- RenameForeignKey
ALTER TABLE "Dog" RENAME CONSTRAINT "Dog_o_fkey" TO "dog_owner";

-- AddForeignKey
ALTER TABLE "Cat" ADD CONSTRAINT "Cat_o_fkey" FOREIGN KEY ("o") REFERENCES "Owner"("id") ON DELETE SET NULL ON UPDATE CASCADE;
