import gitRepo from "./code/git-repo.sh" with { type: "text" };
import githubCi from "./code/github-ci.sh" with { type: "text" };
import githubIssues from "./code/github-issues.sh" with { type: "text" };
import githubNotifications from "./code/github-notifications.sh" with { type: "text" };
import githubPrs from "./code/github-prs.sh" with { type: "text" };
import githubReviews from "./code/github-reviews.sh" with { type: "text" };
import gitlabCi from "./code/gitlab-ci.sh" with { type: "text" };
import gitlabMrs from "./code/gitlab-mrs.sh" with { type: "text" };
import jira from "./code/jira.sh" with { type: "text" };
import linear from "./code/linear.sh" with { type: "text" };
import npmAudit from "./code/npm-audit.sh" with { type: "text" };
import npmOutdated from "./code/npm-outdated.sh" with { type: "text" };
import anotherLooop from "./day/another-looop.sh" with { type: "text" };
import calendarIcs from "./day/calendar-ics.sh" with { type: "text" };
import calendarKhal from "./day/calendar-khal.sh" with { type: "text" };
import folder from "./day/folder.sh" with { type: "text" };
import mailImap from "./day/mail-imap.sh" with { type: "text" };
import mailMaildir from "./day/mail-maildir.sh" with { type: "text" };
import mailNotmuch from "./day/mail-notmuch.sh" with { type: "text" };
import todoMarkdown from "./day/todo-markdown.sh" with { type: "text" };
import todoTxt from "./day/todo-txt.sh" with { type: "text" };
import backupAge from "./machine/backup-age.sh" with { type: "text" };
import disk from "./machine/disk.sh" with { type: "text" };
import docker from "./machine/docker.sh" with { type: "text" };
import kubernetesPods from "./machine/kubernetes-pods.sh" with { type: "text" };
import logPattern from "./machine/log-pattern.sh" with { type: "text" };
import slurmQueue from "./machine/slurm-queue.sh" with { type: "text" };
import systemdFailed from "./machine/systemd-failed.sh" with { type: "text" };
import shared from "./shared.sh" with { type: "text" };
import alertmanager from "./web/alertmanager.sh" with { type: "text" };
import feed from "./web/feed.sh" with { type: "text" };
import sentry from "./web/sentry.sh" with { type: "text" };
import slack from "./web/slack.sh" with { type: "text" };
import urlCertificate from "./web/url-certificate.sh" with { type: "text" };
import urlStatus from "./web/url-status.sh" with { type: "text" };
import urlText from "./web/url-text.sh" with { type: "text" };

/** The functions that every recipe uses, as shell text. */
export const SHARED = shared;

/** The scripts of the ready-made sensors, by name. Loaded only by the verbs that show or write one. */
export const RECIPES: Readonly<Record<string, string>> = {
  "git-repo": gitRepo,
  "github-reviews": githubReviews,
  "github-prs": githubPrs,
  "github-issues": githubIssues,
  "github-notifications": githubNotifications,
  "github-ci": githubCi,
  "gitlab-mrs": gitlabMrs,
  "gitlab-ci": gitlabCi,
  linear,
  jira,
  "npm-outdated": npmOutdated,
  "npm-audit": npmAudit,
  "mail-imap": mailImap,
  "mail-maildir": mailMaildir,
  "mail-notmuch": mailNotmuch,
  "calendar-ics": calendarIcs,
  "calendar-khal": calendarKhal,
  "todo-txt": todoTxt,
  "todo-markdown": todoMarkdown,
  folder,
  "another-looop": anotherLooop,
  "url-status": urlStatus,
  "url-certificate": urlCertificate,
  "url-text": urlText,
  feed,
  alertmanager,
  sentry,
  slack,
  disk,
  "systemd-failed": systemdFailed,
  docker,
  "kubernetes-pods": kubernetesPods,
  "slurm-queue": slurmQueue,
  "log-pattern": logPattern,
  "backup-age": backupAge,
};
