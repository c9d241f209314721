package dev.idbridge.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.idbridge.admin.AccountPreview;
import dev.idbridge.admin.AdminApi.RulePreview;
import dev.idbridge.admin.Page;
import dev.idbridge.admin.PageRequest;
import dev.idbridge.admin.RuleOperations;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The rules of the running daemon's apps, asked over its admin API. */
final class RemoteRules implements RuleOperations {
  private final AdminCalls http;

  RemoteRules(AdminCalls http) {
    this.http = http;
  }

  private static String path(String app) {
    return "/apps/" + URLEncoder.encode(app, StandardCharsets.UTF_8) + "/rules";
  }

  @Override
  public Page<Version> versions(String app, PageRequest page) {
    String after = page.after() == null ? "" : "&after=" + page.after();
    return http.get(path(app) + "?limit=" + page.limit() + after, new TypeReference<>() {});
  }

  @Override
  public Text export(String app, @Nullable Long version) {
    return http.get(
        path(app) + "/text" + (version == null ? "" : "?version=" + version),
        new TypeReference<>() {});
  }

  @Override
  public Effects preview(String app, @Nullable Proposal proposal) {
    return http.post(path(app) + "/previews", asked(null, proposal), new TypeReference<>() {});
  }

  @Override
  public AccountPreview preview(String app, String user, @Nullable Proposal proposal) {
    return http.post(path(app) + "/previews", asked(user, proposal), new TypeReference<>() {});
  }

  private static RulePreview asked(@Nullable String user, @Nullable Proposal proposal) {
    return new RulePreview(
        user,
        proposal == null ? null : proposal.name(),
        proposal == null ? null : proposal.rules());
  }

  @Override
  public Change set(String app, Proposal proposal) {
    return http.post(path(app), proposal, new TypeReference<>() {});
  }
}
