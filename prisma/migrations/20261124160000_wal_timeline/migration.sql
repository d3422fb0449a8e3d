-- CreateTable
CREATE TABLE "wal_timeline" (
    "id" BOOLEAN NOT NULL DEFAULT true,
    "timeline" INTEGER NOT NULL,

    CONSTRAINT "wal_timeline_pkey" PRIMARY KEY ("id")
);

-- One row: the service writes into it which timeline the primary is on, and replicas replay it.
ALTER TABLE "wal_timeline" ADD CONSTRAINT "wal_timeline_one_row" CHECK ("id");
INSERT INTO "wal_timeline" ("timeline") VALUES (0);
