
-- Insert system roles
INSERT INTO team_roles (id, name, description, is_system_role, permissions, can_approve_invoices, approval_limit, requires_approval_from, created_at, updated_at)
VALUES
('role-owner', 'Owner', 'Full system control', true, '{"all": true}', true, NULL, '[]', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP),
('role-finance-manager', 'Finance Manager', 'Financial oversight', true, '{"reports": "view", "expenses": "manage", "invoices": "approve", "projects": "view"}', true, 50000, '[]', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP),
('role-project-manager', 'Project Manager', 'Project operations', true, '{"reports": "view", "invoices": "create", "projects": "manage"}', false, 1000000, '[]', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP),
('role-accountant', 'Accountant', 'Financial records', true, '{"reports": "view", "invoices": "view", "payments": "record"}', false, NULL, '[]', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP),
('role-viewer', 'Viewer', 'Read-only access', true, '{"invoices": "view", "projects": "view"}', false, NULL, '[]', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)
ON CONFLICT (id) DO NOTHING;
