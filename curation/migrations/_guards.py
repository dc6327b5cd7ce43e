"""Triggers that keep frozen rows as they are, whatever code or console tries.

A frozen version and its samples can be neither changed nor removed; benchmark photos and
references are never changed. Only ``by`` may go empty, when a person is deleted.
"""

from __future__ import annotations

INSTALL = """
CREATE FUNCTION curation_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What is frozen is never changed (%).', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION curation_refuse_frozen_samples() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM touched JOIN curation_datasetversion v ON v.id = touched.version_id
        WHERE v.state = 'frozen'
    ) THEN
        RAISE EXCEPTION 'The samples of a frozen version are never changed.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER sample_not_changed BEFORE UPDATE ON curation_sample
    FOR EACH ROW EXECUTE FUNCTION curation_refuse_change();
CREATE TRIGGER sample_not_added AFTER INSERT ON curation_sample
    REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION curation_refuse_frozen_samples();
CREATE TRIGGER sample_not_removed AFTER DELETE ON curation_sample
    REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION curation_refuse_frozen_samples();

CREATE TRIGGER version_not_changed BEFORE UPDATE ON curation_datasetversion
    FOR EACH ROW WHEN (
        OLD.state = 'frozen' AND
        ROW(OLD.dataset_id, OLD.number, OLD.state, OLD.rules, OLD.salt, OLD.digest, OLD.counts,
            OLD.report, OLD.frozen_at)
        IS DISTINCT FROM
        ROW(NEW.dataset_id, NEW.number, NEW.state, NEW.rules, NEW.salt, NEW.digest, NEW.counts,
            NEW.report, NEW.frozen_at)
    ) EXECUTE FUNCTION curation_refuse_change();
CREATE TRIGGER version_not_removed BEFORE DELETE ON curation_datasetversion
    FOR EACH ROW WHEN (OLD.state = 'frozen') EXECUTE FUNCTION curation_refuse_change();

CREATE TRIGGER benchmark_photo_not_changed BEFORE UPDATE ON curation_benchmarkphoto
    FOR EACH ROW EXECUTE FUNCTION curation_refuse_change();
CREATE TRIGGER reference_not_changed BEFORE UPDATE ON curation_reference
    FOR EACH ROW EXECUTE FUNCTION curation_refuse_change();
CREATE TRIGGER benchmark_version_not_changed BEFORE UPDATE ON curation_benchmarkversion
    FOR EACH ROW WHEN (
        ROW(OLD.benchmark_id, OLD.number, OLD.rule, OLD.digest)
        IS DISTINCT FROM ROW(NEW.benchmark_id, NEW.number, NEW.rule, NEW.digest)
    ) EXECUTE FUNCTION curation_refuse_change();
"""

REMOVE = """
DROP TRIGGER sample_not_changed ON curation_sample;
DROP TRIGGER sample_not_added ON curation_sample;
DROP TRIGGER sample_not_removed ON curation_sample;
DROP TRIGGER version_not_changed ON curation_datasetversion;
DROP TRIGGER version_not_removed ON curation_datasetversion;
DROP TRIGGER benchmark_photo_not_changed ON curation_benchmarkphoto;
DROP TRIGGER reference_not_changed ON curation_reference;
DROP TRIGGER benchmark_version_not_changed ON curation_benchmarkversion;
DROP FUNCTION curation_refuse_change();
DROP FUNCTION curation_refuse_frozen_samples();
"""
