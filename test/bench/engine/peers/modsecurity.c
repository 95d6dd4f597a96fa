/*
 * Judges batches of requests with libmodsecurity and says how long each took.
 *
 *   modsecurity CONFIG
 *
 * stdin, little endian: u32 count, then for each request the texts method, uri, version and ip, u32 number
 * of headers, name and value of each, and the body; a text is u32 length and its bytes.
 * stdout: u32 ready (0) after loading, then for each request u32 nanoseconds and u32 status (0: let through).
 * A count of 0, or the end of stdin, ends the program.
 */
#include <modsecurity/modsecurity.h>
#include <modsecurity/rules_set.h>
#include <modsecurity/transaction.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct text { uint32_t length; unsigned char *bytes; };
struct request {
  struct text method, uri, version, ip, body;
  uint32_t headers;
  struct text *pairs;
};

static ModSecurity *engine;
static RulesSet *rules;

static void silent(void *data, const void *message) { (void)data; (void)message; }

static uint32_t read_u32(void) {
  uint32_t value;
  return fread(&value, 4, 1, stdin) == 1 ? value : 0;
}

static void write_u32(uint32_t value) { fwrite(&value, 4, 1, stdout); }

static struct text read_text(void) {
  struct text text = { read_u32(), NULL };
  text.bytes = malloc(text.length + 1);
  if (fread(text.bytes, 1, text.length, stdin) != text.length) exit(1);
  text.bytes[text.length] = 0;
  return text;
}

static struct request read_request(void) {
  struct request request;
  request.method = read_text();
  request.uri = read_text();
  request.version = read_text();
  request.ip = read_text();
  request.headers = read_u32();
  request.pairs = malloc(sizeof(struct text) * 2 * (request.headers + 1));
  for (uint32_t i = 0; i < request.headers * 2; i++) request.pairs[i] = read_text();
  request.body = read_text();
  return request;
}

static void forget(struct request *request) {
  free(request->method.bytes);
  free(request->uri.bytes);
  free(request->version.bytes);
  free(request->ip.bytes);
  free(request->body.bytes);
  for (uint32_t i = 0; i < request->headers * 2; i++) free(request->pairs[i].bytes);
  free(request->pairs);
}

static int intervention(Transaction *transaction) {
  ModSecurityIntervention found = { 200, 0, NULL, NULL, 0 };
  int status = 0;
  if (msc_intervention(transaction, &found)) status = found.status;
  free(found.url);
  free(found.log);
  return status;
}

/* Phases 1 and 2, as the connectors run them: the body is not looked at once the headers are refused. */
static int judge(struct request *request) {
  Transaction *transaction = msc_new_transaction(engine, rules, NULL);
  msc_process_connection(transaction, (char *)request->ip.bytes, 40000, "127.0.0.1", 80);
  msc_process_uri(transaction, (char *)request->uri.bytes, (char *)request->method.bytes,
                  (char *)request->version.bytes);
  for (uint32_t i = 0; i < request->headers; i++) {
    struct text *name = &request->pairs[i * 2], *value = name + 1;
    msc_add_n_request_header(transaction, name->bytes, name->length, value->bytes, value->length);
  }
  msc_process_request_headers(transaction);
  int status = intervention(transaction);
  if (status == 0) {
    if (request->body.length > 0) {
      msc_append_request_body(transaction, request->body.bytes, request->body.length);
    }
    msc_process_request_body(transaction);
    status = intervention(transaction);
  }
  msc_transaction_cleanup(transaction);
  return status;
}

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void judge_batch(uint32_t count) {
  struct request *requests = malloc(sizeof(struct request) * count);
  for (uint32_t i = 0; i < count; i++) requests[i] = read_request();
  for (uint32_t i = 0; i < count; i++) {
    uint64_t started = now();
    int status = judge(&requests[i]);
    write_u32((uint32_t)(now() - started));
    write_u32((uint32_t)status);
  }
  for (uint32_t i = 0; i < count; i++) forget(&requests[i]);
  free(requests);
  fflush(stdout);
}

int main(int arguments, char **argument) {
  const char *error = NULL;
  if (arguments != 2) return 2;
  engine = msc_init();
  msc_set_log_cb(engine, silent);
  rules = msc_create_rules_set();
  if (msc_rules_add_file(rules, argument[1], &error) < 0) {
    fprintf(stderr, "%s\n", error == NULL ? "the rules cannot be read" : error);
    return 1;
  }
  write_u32(0);
  fflush(stdout);
  for (uint32_t count; (count = read_u32()) != 0;) judge_batch(count);
  return 0;
}
