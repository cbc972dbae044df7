-- AlterTable
CREATE SEQUENCE ticket_no_seq;
ALTER TABLE "Ticket" ALTER COLUMN "id" DROP DEFAULT,
ALTER COLUMN "no" SET DEFAULT nextval('ticket_no_seq');
ALTER SEQUENCE ticket_no_seq OWNED BY "Ticket"."no";
