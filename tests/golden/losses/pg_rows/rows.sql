INSERT INTO "Ship" (id, name, nickname, motto, built, tonnage, code, price, flag, decks, tags, sail, length, seen) VALUES
    (1, 'Ann', NULL, 'ahoy', '1901', 5, 'a', 1.25, 'red', 2, '{x}', 'red', NULL, '2020-01-01'),
    (2, NULL, 'Bee', NULL, '1902', 6, 'b', 2.50, 'blue', 3, '{}', NULL, '12', '2020-01-02'),
    (3, 'Cat', 'Sea', NULL, '1903', 7, 'c', 3.75, 'green', 4, '{y,z}', 'green', NULL, '2020-01-03');
INSERT INTO "Harbour" VALUES (1, 'North'), (2, 'South');
INSERT INTO "Crew" VALUES (1, 1, NULL), (2, 1, 'mate');
