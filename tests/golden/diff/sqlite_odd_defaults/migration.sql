-- CreateTable
CREATE TABLE "Parcel" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "seal" BLOB NOT NULL DEFAULT X'68656c6c6f',
    "note" JSONB NOT NULL DEFAULT '1.5',
    "marks" JSONB NOT NULL DEFAULT '{"it''s": null}',
    "weight" INTEGER DEFAULT NULL,
    "size" INTEGER NOT NULL DEFAULT (abs(-3)),
    "text" TEXT NOT NULL DEFAULT 'plain'
);
