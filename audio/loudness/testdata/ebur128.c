/* Reads 32-bit float samples on standard input and prints what libebur128 measures: integrated loudness (LUFS), loudness
 * range (LU), true peak (dBTP). Usage: ebur128 RATE CHANNELS. Compile with: gcc -O2 ebur128.c -lebur128 -lm */
#include <ebur128.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  unsigned channels = (unsigned)atoi(argv[2]);
  ebur128_state *state =
      ebur128_init(channels, strtoul(argv[1], NULL, 10), EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_TRUE_PEAK);
  if (state == NULL) return 1;
  if (channels == 1) ebur128_set_channel(state, 0, EBUR128_LEFT); /* one channel, not dual mono */

  float frames[2 * 1024];
  size_t n;
  while ((n = fread(frames, sizeof(float) * channels, 1024, stdin)) > 0)
    if (ebur128_add_frames_float(state, frames, n) != EBUR128_SUCCESS) return 1;

  double integrated, range, peak = 0;
  if (ebur128_loudness_global(state, &integrated) != EBUR128_SUCCESS) return 1;
  if (ebur128_loudness_range(state, &range) != EBUR128_SUCCESS) return 1;
  for (unsigned c = 0; c < channels; c++) {
    double p;
    if (ebur128_true_peak(state, c, &p) != EBUR128_SUCCESS) return 1;
    peak = fmax(peak, p);
  }
  printf("%f %f %f\n", integrated, range, 20 * log10(peak));
  ebur128_destroy(&state);
  return 0;
}
