-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "Color" AS ENUM ('red', 'grün');

-- CreateTable
CREATE TABLE "Product" (
    "id" SERIAL NOT NULL,
    "name" VARCHAR(80) NOT NULL,
    "color" "Color" NOT NULL DEFAULT 'grün',
    "colors" "Color"[] DEFAULT ARRAY['red']::"Color"[],
    "price" DECIMAL(10,2) NOT NULL DEFAULT 9.50,
    "details" JSONB NOT NULL DEFAULT '{"size": 3}',
    "seen" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "since" TIMESTAMP(3) NOT NULL DEFAULT '2024-02-29 12:00:00.500 +01:00',
    "token" UUID NOT NULL DEFAULT gen_random_uuid(),
    "icon" BYTEA DEFAULT '\xdeadbeef',
    "shape" polygon,
    "shelfId" INTEGER,
    "shelfRow" INTEGER,

    CONSTRAINT "Product_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shelves" (
    "id" INTEGER NOT NULL,
    "row" INTEGER NOT NULL,

    CONSTRAINT "place" PRIMARY KEY ("id","row")
);

-- CreateTable
CREATE TABLE "Tag" (
    "name" TEXT NOT NULL,

    CONSTRAINT "Tag_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "_ProductToTag" (
    "A" INTEGER NOT NULL,
    "B" TEXT NOT NULL,

    CONSTRAINT "_ProductToTag_AB_pkey" PRIMARY KEY ("A","B")
);

-- CreateTable
CREATE TABLE "_parts" (
    "A" INTEGER NOT NULL,
    "B" INTEGER NOT NULL,

    CONSTRAINT "_parts_AB_pkey" PRIMARY KEY ("A","B")
);

-- CreateIndex
CREATE UNIQUE INDEX "Product_name_key" ON "Product"("name");

-- CreateIndex
CREATE INDEX "latest" ON "Product"("seen" DESC, "name");

-- CreateIndex
CREATE INDEX "Product_details_idx" ON "Product" USING GIN ("details" jsonb_path_ops);

-- CreateIndex
CREATE INDEX "_ProductToTag_B_index" ON "_ProductToTag"("B");

-- CreateIndex
CREATE INDEX "_parts_B_index" ON "_parts"("B");

-- AddForeignKey
ALTER TABLE "Product" ADD CONSTRAINT "Product_shelfId_shelfRow_fkey" FOREIGN KEY ("shelfId", "shelfRow") REFERENCES "shelves"("id", "row") ON DELETE SET NULL ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "_ProductToTag" ADD CONSTRAINT "_ProductToTag_A_fkey" FOREIGN KEY ("A") REFERENCES "Product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_ProductToTag" ADD CONSTRAINT "_ProductToTag_B_fkey" FOREIGN KEY ("B") REFERENCES "Tag"("name") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_parts" ADD CONSTRAINT "_parts_A_fkey" FOREIGN KEY ("A") REFERENCES "Product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_parts" ADD CONSTRAINT "_parts_B_fkey" FOREIGN KEY ("B") REFERENCES "Product"("id") ON DELETE CASCADE ON UPDATE CASCADE;
