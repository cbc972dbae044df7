-- DropForeignKey
ALTER TABLE "Player" DROP CONSTRAINT "Player_teamId_fkey";

-- CreateTable
CREATE TABLE "Fan" (
    "id" INT8 NOT NULL DEFAULT unique_rowid(),

    CONSTRAINT "Fan_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "_FanToTeam" (
    "A" INT8 NOT NULL,
    "B" INT8 NOT NULL
);

-- CreateIndex
CREATE UNIQUE INDEX "_FanToTeam_AB_unique" ON "_FanToTeam"("A", "B");

-- CreateIndex
CREATE INDEX "_FanToTeam_B_index" ON "_FanToTeam"("B");

-- RenameForeignKey
ALTER TABLE "Coach" RENAME CONSTRAINT "Coach_code_fkey" TO "coach of team";

-- AddForeignKey
ALTER TABLE "Player" ADD CONSTRAINT "Player_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "_FanToTeam" ADD CONSTRAINT "_FanToTeam_A_fkey" FOREIGN KEY ("A") REFERENCES "Fan"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_FanToTeam" ADD CONSTRAINT "_FanToTeam_B_fkey" FOREIGN KEY ("B") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;
