INSERT INTO "Ship" (name, nickname, motto, built, tonnage, price, seen) VALUES
    ('Ann', NULL, 'ahoy', '1901', 5, 1.25, '2020-01-01'),
    (NULL, 'Bee', NULL, '1902', 6, 2.50, '2020-01-02'),
    ('Cat', 'Sea', NULL, '1903', 7, 3.75, '2020-01-03');
INSERT INTO "Harbour" VALUES (1, 'North'), (2, 'South');
INSERT INTO "Crew" VALUES (1, 1, NULL), (2, 1, 'mate');
INSERT INTO "Sail" VALUES (1, 1.5), (2, NULL);
