package com.example;

import io.github.cdksagemakerimages.VendorGuidance;
import java.util.List;

/** The differences between releases. */
record Release(String gpuTag, String gpuNotes, VendorGuidance gpuGuidance, List<String> gpuAliases) {
}
