
-- Insert system roles
INSERT INTO team_roles (id, name, description, is_system_role, permissions, can_approve_invoices, approval_limit, requires_approval_from, created_at, updated_at)
VALUES
('role-owner', 'Owner', 'Full system control', true, '{"all": true}'::json, true, NULL, ARRAY[]::text[], NOW(), NOW()),
('role-finance-manager', 'Finance Manager', 'Financial oversight', true, '{"reports": "view", "expenses": "manage", "invoices": "approve", "projects": "view"}'::json, true, 50000, ARRAY[]::text[], NOW(), NOW()),
('role-project-manager', 'Project Manager', 'Project operations', true, '{"reports": "view", "invoices": "create", "projects": "manage"}'::json, false, 1000000, ARRAY[]::text[], NOW(), NOW()),
('role-accountant', 'Accountant', 'Financial records', true, '{"reports": "view", "invoices": "view", "payments": "record"}'::json, false, NULL, ARRAY[]::text[], NOW(), NOW()),
('role-viewer', 'Viewer', 'Read-only access', true, '{"invoices": "view", "projects": "view"}'::json, false, NULL, ARRAY[]::text[], NOW(), NOW())
ON CONFLICT (id) DO NOTHING;
