package dev.idbridge.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.idbridge.admin.AdminApi;
import dev.idbridge.admin.Done;
import dev.idbridge.admin.ImportOperations;
import dev.idbridge.admin.ImportState;
import dev.idbridge.admin.Page;
import dev.idbridge.admin.PageRequest;

/** Imports of the running daemon's apps, asked over its admin API. */
final class RemoteImports implements ImportOperations {
  private final AdminCalls http;

  RemoteImports(AdminCalls http) {
    this.http = http;
  }

  private static String path(String app) {
    return "/apps/" + RemoteAdmin.encoded(app) + "/imports";
  }

  @Override
  public ImportState begin(String app, String directory) {
    return http.post(path(app), new AdminApi.ImportRequest(directory), new TypeReference<>() {});
  }

  @Override
  public ImportState state(String app) {
    return http.get(path(app), new TypeReference<>() {});
  }

  @Override
  public Page<Undecided> undecided(String app, boolean left, PageRequest page) {
    return http.get(
        path(app)
            + "/undecided"
            + RemoteAdmin.query("left", left, "limit", page.limit(), "after", page.after()),
        new TypeReference<>() {});
  }

  @Override
  public Done decide(String app, Decision decision) {
    return http.post(path(app) + "/decisions", decision, new TypeReference<>() {});
  }
}
