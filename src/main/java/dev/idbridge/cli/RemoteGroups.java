package dev.idbridge.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.idbridge.admin.Done;
import dev.idbridge.admin.GroupOperations;
import dev.idbridge.admin.Page;
import dev.idbridge.admin.PageRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The groups of the running daemon, asked over its admin API. */
final class RemoteGroups implements GroupOperations {
  private final AdminCalls http;

  RemoteGroups(AdminCalls http) {
    this.http = http;
  }

  @Override
  public Page<Entry> list(String directory, PageRequest page) {
    return http.get(path(directory) + query(page), new TypeReference<>() {});
  }

  @Override
  public Detail show(String directory, String group) {
    return http.get(path(directory, group), new TypeReference<>() {});
  }

  @Override
  public Page<Member> members(String directory, String group, PageRequest page) {
    return http.get(path(directory, group) + "/members" + query(page), new TypeReference<>() {});
  }

  @Override
  public List<Node> tree(String directory, String group, int most) {
    return http.get(
            path(directory, group) + "/tree?limit=" + most, new TypeReference<Page<Node>>() {})
        .items();
  }

  @Override
  public Done act(String directory, String group, Act act) {
    return http.post(path(directory, group) + "/acts", act, new TypeReference<>() {});
  }

  private static String path(String directory) {
    return "/directories/" + encoded(directory) + "/groups";
  }

  private static String path(String directory, String group) {
    return path(directory) + "/" + encoded(group);
  }

  private static String query(PageRequest page) {
    return "?limit="
        + page.limit()
        + (page.after() == null ? "" : "&after=" + encoded(page.after()));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
