package dev.idbridge.crash;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one client has said, as it was acknowledged or read back.
 *
 * @param people who is there, by id
 * @param returned when a user came back last, by id; whoever never was away is not in it
 * @param said when a membership was said last, by ids of group and member
 * @param inEveryone members of the group that all clients share
 */
record Told(
    Map<String, Person> people,
    List<Club> clubs,
    Map<String, Integer> returned,
    Map<List<String>, Integer> said,
    Set<String> inEveryone) {}
