/* What the libstdc++ of a glibc system asks of its C library and musl does not have. For a test of the musl program only. */
typedef unsigned long size_t; 
char __libc_single_threaded = 0;
extern size_t strftime_l(char*,size_t,const char*,const void*,void*);
size_t __strftime_l(char*a,size_t b,const char*c,const void*d,void*e){return strftime_l(a,b,c,d,e);}
extern long getrandom(void*,size_t,unsigned);
unsigned arc4random(void){unsigned x=0;getrandom(&x,4,0);return x;}
int __cxa_thread_atexit_impl(void(*f)(void*),void*o,void*d){return 0;}
int _dl_find_object(void*a,void*b){return -1;}
int __cpu_indicator_init(void){return 0;}
struct{unsigned a,b,c,d[1];} __cpu_model; unsigned __cpu_features2[8];
