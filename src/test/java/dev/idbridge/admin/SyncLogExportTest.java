package dev.idbridge.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyncLogExportTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "ada|ada",
        "=1+1|'=1+1",
        "+49 30|'+49 30",
        "-x|'-x",
        "@SUM(A1)|'@SUM(A1)",
        "a,b|\"a,b\"",
        "say \"hi\"|\"say \"\"hi\"\"\"",
        "=cmd,\"x\"|\"'=cmd,\"\"x\"\"\"",
        "1=1|1=1"
      })
  void aCellCanNeitherBreakTheTableNorBeCalculated(String value, String cell) {
    assertThat(SyncLogExport.cell(value)).isEqualTo(cell);
  }

  @Test
  void aRefusedRequestThatNamesNobodyIsToldWithoutAName() {
    SyncLogLine line =
        Json.read("{\"direction\":\"in\",\"type\":\"user\"}", new TypeReference<>() {});
    assertThat(line.what()).isEqualTo("user");
  }
}
