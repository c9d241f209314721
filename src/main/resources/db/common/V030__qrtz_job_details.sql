-- Quartz's own tables (its documented schema): the schedules, shared by all nodes.
CREATE TABLE QRTZ_JOB_DETAILS (
  SCHED_NAME VARCHAR(120) NOT NULL,
  JOB_NAME VARCHAR(190) NOT NULL,
  JOB_GROUP VARCHAR(190) NOT NULL,
  DESCRIPTION VARCHAR(250),
  JOB_CLASS_NAME VARCHAR(250) NOT NULL,
  IS_DURABLE ${quartz-flag} NOT NULL,
  IS_NONCONCURRENT ${quartz-flag} NOT NULL,
  IS_UPDATE_DATA ${quartz-flag} NOT NULL,
  REQUESTS_RECOVERY ${quartz-flag} NOT NULL,
  JOB_DATA ${blob},
  PRIMARY KEY (SCHED_NAME, JOB_NAME, JOB_GROUP)
)${table-options};
