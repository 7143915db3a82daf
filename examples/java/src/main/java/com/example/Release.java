package com.example;

import io.github.cdksagemakerimages.VendorGuidance;
import java.util.List;

/** What differs from one release to the next. */
record Release(String gpuTag, String gpuNotes, VendorGuidance gpuGuidance, List<String> gpuAliases) {
}
