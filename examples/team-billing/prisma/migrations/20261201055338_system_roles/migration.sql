-- Insert system roles
INSERT INTO "team_roles" ("id", "name", "description", "is_system_role", "permissions", "can_approve_invoices", "approval_limit", "storage_quota")
VALUES
('role-owner', 'Owner', 'Everything', true, '{"all": true}', true, NULL, 100000000),
('role-finance-manager', 'Finance Manager', 'Approves what others make', true, '{"invoices": "approve", "reports": "view"}', true, 50000, 10000000),
('role-project-manager', 'Project Manager', 'Makes invoices for projects', true, '{"invoices": "create", "projects": "manage"}', false, 10000, 10000000),
('role-accountant', 'Accountant', 'Records payments', true, '{"invoices": "create", "payments": "record"}', false, 1000, 1000000),
('role-viewer', 'Viewer', 'Reads', true, '{"invoices": "view"}', false, 0, 0)
ON CONFLICT ("id") DO NOTHING;
