/** How many files, connections among them, this process may have open at once; Infinity where the system sets no limit. */
export function openFilesLimit(): number {
  // Else the names of those who are connected are looked up. The types do not know it yet.
  const report = Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = report.getReport() as { userLimits?: { open_files?: { soft?: number | 'unlimited' } } };
  const soft = userLimits?.open_files?.soft;
  return typeof soft === 'number' ? soft : Infinity;
}
