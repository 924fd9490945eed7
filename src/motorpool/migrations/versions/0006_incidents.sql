-- Citations: their course from the stop to the payment. Hazardous materials on vehicles. What claims have paid, on their policies.
ALTER TABLE driver_violations
    ADD COLUMN case_status varchar(20) NOT NULL DEFAULT 'open',
    ADD COLUMN decided_on date,
    ADD COLUMN employer_notified_on date,
    ADD COLUMN fine_paid_amount numeric(8, 2)
;
UPDATE driver_violations SET case_status = CASE WHEN fine_paid THEN 'paid' WHEN outcome IS NOT NULL THEN 'decided'
    WHEN plea = 'not_guilty' OR court_date IS NOT NULL THEN 'contested' ELSE 'open' END
;
ALTER TABLE driver_violations
    ADD CONSTRAINT ck_driver_violations_case_status CHECK (case_status IN ('open', 'contested', 'decided', 'paid')),
    ADD CONSTRAINT ck_driver_violations_fine_paid_amount_from_zero CHECK (fine_paid_amount >= 0),
    ADD CONSTRAINT ck_driver_violations_a_case_that_is_paid_has_its_fine_paid CHECK (case_status <> 'paid' OR fine_paid),
    ADD CONSTRAINT ck_driver_violations_a_decided_case_has_an_outcome CHECK (case_status <> 'decided' OR outcome IS NOT NULL)
;
COMMENT ON COLUMN driver_violations.case_status IS
    'open: nothing said to it yet; contested: it goes to court; decided: there is an outcome; paid: the fine is'
;
COMMENT ON COLUMN driver_violations.decided_on IS 'Day of the conviction or dismissal'
;
COMMENT ON COLUMN driver_violations.employer_notified_on IS
    'When the driver told the employer of the conviction; within 30 days (49 CFR 383.31)'
;
COMMENT ON COLUMN driver_violations.fine_paid_amount IS 'What was paid, court costs included'
;
CREATE INDEX ix_driver_violations_tenant_id_case_status_violation_date
    ON driver_violations (tenant_id, case_status, violation_date DESC)
;
ALTER TABLE vehicles ADD COLUMN carries_hazmat boolean NOT NULL DEFAULT false
;
COMMENT ON COLUMN vehicles.carries_hazmat IS
    'Carries hazardous materials in amounts that need placards (49 CFR 172 subpart F)'
;
UPDATE insurance_policies p SET claims_filed = c.filed, total_claims_paid = c.paid
FROM (SELECT tenant_id, insurance_policy_id, count(*)::integer AS filed, coalesce(sum(paid_amount), 0) AS paid
      FROM insurance_claims WHERE insurance_policy_id IS NOT NULL GROUP BY tenant_id, insurance_policy_id) AS c
WHERE p.tenant_id = c.tenant_id AND p.id = c.insurance_policy_id
  AND (p.claims_filed, p.total_claims_paid) IS DISTINCT FROM (c.filed, c.paid)
